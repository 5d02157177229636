"""Conversation: the WeChat customer-service account and the matching of questions."""
