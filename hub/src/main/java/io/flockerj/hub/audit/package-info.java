/** The record of what was done, by whom, when, from where and with what outcome. Nothing in it is ever changed. */
@NullMarked
package io.flockerj.hub.audit;

import org.jspecify.annotations.NullMarked;
