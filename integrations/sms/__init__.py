"""Text messages: Tencent Cloud's SMS over its API 3.0, and a sandbox that speaks the same protocol."""
