"""People who sign in: writers, approvers and admins, and their sessions."""
