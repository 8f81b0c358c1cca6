package io.flockerj.plugin.files;

/**
 * Numbers of the tar format: POSIX.1-2017, pax, "ustar Interchange Format", and GNU tar's manual, "Basic Tar Format". Fields are
 * given by where they begin.
 */
final class TarFormat {
    static final int BLOCK = 512;

    static final int NAME = 0;
    static final int NAME_LENGTH = 100;
    static final int MODE = 100;
    static final int UID = 108;
    static final int GID = 116;
    static final int ID_LENGTH = 8;
    static final int SIZE = 124;
    static final int MODIFIED = 136;
    static final int LONG_LENGTH = 12;
    static final int CHECKSUM = 148;
    static final int TYPE = 156;
    static final int LINK = 157;
    static final int MAGIC = 257;
    static final int MAGIC_LENGTH = 6;
    static final int MAJOR = 329;
    static final int MINOR = 337;
    static final int PREFIX = 345;
    static final int PREFIX_LENGTH = 155;

    // Where GNU tar's own format says where data lie in a file with holes.
    static final int OLD_SPARSE = 386;
    static final int OLD_SPARSE_IN_HEADER = 4;
    static final int OLD_SPARSE_MORE = 482;
    static final int OLD_SPARSE_SIZE = 483;
    static final int OLD_SPARSE_IN_MORE = 21;
    static final int OLD_SPARSE_STILL_MORE = 504;

    static final char FILE = '0';
    static final char OLD_FILE = 0;
    static final char HARD_LINK = '1';
    static final char SYMLINK = '2';
    static final char CHARACTER_DEVICE = '3';
    static final char BLOCK_DEVICE = '4';
    static final char DIRECTORY = '5';
    static final char FIFO = '6';
    static final char CONTIGUOUS_FILE = '7';
    static final char PAX = 'x';
    static final char PAX_FOR_ALL = 'g';
    static final char GNU_LONG_NAME = 'L';
    static final char GNU_LONG_LINK = 'K';
    static final char GNU_SPARSE = 'S';

    static final String XATTR = "SCHILY.xattr.";
    static final String ACL_ACCESS = "SCHILY.acl.access";
    static final String ACL_DEFAULT = "SCHILY.acl.default";

    private TarFormat() {}

    /** What fills the last block of so many bytes. */
    static int padding(long length) {
        return (int) ((BLOCK - length % BLOCK) % BLOCK);
    }
}
