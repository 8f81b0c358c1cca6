/** The product as its users meet it: a real Docker engine, Podman, PostgreSQL; one class for each area. */
@NullMarked
package io.flockerj.integration;

import org.jspecify.annotations.NullMarked;
