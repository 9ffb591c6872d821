"""Ways bytes leave the house: mail, files, processor channels; every one will pass the processor gate. None yet."""
