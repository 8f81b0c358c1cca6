/**
 * The hub's database: SQLite in a file, or PostgreSQL. It holds people, rights and the record of acts; what volumesets hold is the truth
 * of the storage alone.
 */
@NullMarked
package io.flockerj.hub.database;

import org.jspecify.annotations.NullMarked;
