"""Everybody with an account, their roles, what each may do."""
