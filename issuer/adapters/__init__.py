"""What the use cases need from the world, fulfilled: the database, key files, the institutions' directory."""
