package io.flockerj.hub.people;

import io.flockerj.hub.access.Visibility;
import java.util.Optional;

/** What is to be different of an account. What is empty stays. */
public record AccountChange(
        Optional<String> displayName,
        Optional<Visibility> usualVisibility,
        Optional<Boolean> administrator,
        Optional<Boolean> disabled) {}
