"""The reference documents, docs/reference: AsyncAPI, OpenAPI and one page for people."""
