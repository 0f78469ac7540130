"""The page in the browser: one Answer, and beside it the proof. `qa.chat.app.run_chat` serves it."""
