"""Reconciliation (勾稽校验): rules that tables and sentences of any document must obey, and the readers of documents."""
