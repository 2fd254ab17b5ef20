"""What is said of a project: findings, fixes and edits as values, the rules they break, and which of them are
silenced.

Face: ``finding.Finding``, ``finding.Fix``, ``finding.Edit`` and ``rules.RULES``. It must not decide whether an
await is missing, nor print.
"""
