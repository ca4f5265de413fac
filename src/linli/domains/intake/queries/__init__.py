"""Reading requests: everything that pages and the API show comes from here, and only what the actor may see."""
