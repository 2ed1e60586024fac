"""Messages: intents, templates, deliveries, reminders."""
