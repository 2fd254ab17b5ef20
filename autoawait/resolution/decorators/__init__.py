"""What decorators make of a function, by running their source on abstract values."""
