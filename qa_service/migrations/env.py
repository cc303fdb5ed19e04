"""Alembic's entry: migrates the connection that `open_database` gives it."""

from alembic import context

from qa_service.database import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
