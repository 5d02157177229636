"""GraphQL verbs: declared permission, one service call, payload."""
