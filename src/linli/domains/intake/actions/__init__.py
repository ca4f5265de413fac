"""What is done to requests: require, check, write, record. The only room that opens a transaction."""
