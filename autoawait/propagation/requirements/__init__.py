"""What does a place that refers to a function ask for, once the function is async?"""
