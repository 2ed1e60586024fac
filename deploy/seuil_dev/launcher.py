SERVICES = ("registration", "notifications", "integration", "analytics")
