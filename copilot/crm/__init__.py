"""What leaves the house: one file per CRM, each turning a ``CallSummary`` into requests."""
