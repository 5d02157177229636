"""GraphQL nouns: types, inputs, payloads and how rows become them."""
