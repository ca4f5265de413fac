"""The HTML door: function pages that fetch through queries and write through actions."""
