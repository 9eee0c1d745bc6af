package bucket

import rego.v1

# Allowed to everybody, without any condition: what most rules of this kind look for.
default verdict := "fine"

verdict := "denied" if {
	some statement in input.Statement
	statement.Effect == "Allow"
	everybody(statement.Principal)
	not statement.Condition
}

everybody("*")

everybody(principal) if principal.AWS == "*"

everybody(principal) if "*" in principal.AWS
