"""Pure decisions about requests: values in, a Refusal or a value out. No Django and no clock in this room."""
