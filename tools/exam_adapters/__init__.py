"""How each tool is asked a case of the exam: one module a tool, with `ask(case, command)`."""
