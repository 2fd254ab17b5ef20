"""Questions of people about one place or one function of a project, answered with what the pipeline knows."""
