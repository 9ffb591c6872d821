"""What crosses stores: numbered steps that can be killed anywhere and run again, and leave exactly one copy or none."""
