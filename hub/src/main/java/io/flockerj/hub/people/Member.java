package io.flockerj.hub.people;

import io.flockerj.hub.access.Right;
import java.time.Instant;

/**
 * An account in a team.
 *
 * @param role what it may do with the volumesets that the team owns; with {@link Right#ADMIN} it manages the team as well
 */
public record Member(AccountName name, Right role, Instant since) {}
