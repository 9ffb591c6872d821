"""The desk: what staff see and do. Every page but the door asks who is signed in; opening a record is written down."""
