"""Tables of what async Python's consumers and boundaries do; each row names its source."""
