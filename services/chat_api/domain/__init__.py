"""The rules of chat_api: values and functions of them, nothing else."""
