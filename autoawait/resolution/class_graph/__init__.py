"""What classes inherit, override and keep in their attributes: one model, whose face is ``ClassGraph``."""
