package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;

/** A team that an account is in, and its role there. */
public record Membership(AccountName team, Right role) {}
