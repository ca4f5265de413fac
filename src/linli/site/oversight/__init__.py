"""Pages over everything: the record, what is not delivered, the state of the system, working days, case types."""
