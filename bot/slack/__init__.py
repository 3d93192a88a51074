"""Slack's room: the only package that may import slack_bolt or slack_sdk."""
