"""The ASGI application: the AWS wire, Loupe's own API, and the web app's files."""
