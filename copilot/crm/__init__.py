"""One file per CRM: a call summary to requests."""
