/**
 * The desk of a hub: what callers ask of people, rights and the record. Here it is decided whether they may, it is put on record, and it is
 * done by the tables beside. Those who translate it to and from a protocol decide nothing.
 */
@NullMarked
package io.flockerj.hub.people.desk;

import org.jspecify.annotations.NullMarked;
