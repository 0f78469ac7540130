"""HTTP: the Answer for programs, in its own shape and in OpenAI's. `qa.serve.app.run_serve` serves it.

`api.add_api` puts it on any FastAPI app; `guard` and `line` say who is let in and who is next.
"""
