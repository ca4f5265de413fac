"""Pages about oneself, about roles, and what stands between a request and the house."""
