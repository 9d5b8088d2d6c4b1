"""The service over HTTP: one blueprint a file, made into an application by `api.app.create_app`."""
