/** Who there is and what each may do: accounts, teams, passwords, tokens, grants, protections; and signing in. */
@NullMarked
package io.flockerj.hub.people;

import org.jspecify.annotations.NullMarked;
