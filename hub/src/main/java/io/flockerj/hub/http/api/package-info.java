/**
 * The API for people and administration, as docs/hub-api.yaml describes it: one class for each subject, which translates and decides
 * nothing.
 */
@NullMarked
package io.flockerj.hub.http.api;

import org.jspecify.annotations.NullMarked;
