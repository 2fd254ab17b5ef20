"""What follows where a function is kept by something that nobody is seen to call?"""
