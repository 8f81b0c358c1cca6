package io.flockerj.hub.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flockerj.hub.database.OnDatabase;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PasswordsTest {
    @RegisterExtension
    final OnDatabase on = new OnDatabase.Sqlite();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aPasswordIsWrittenWithWhatOwaspRecommends() {
        String written = Argon2.OWASP.write(utf8("correct horse"), utf8("0123456789abcdef"));
        assertThat(written).startsWith("$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$");
        assertThat(Argon2.matches(written, utf8("correct horse"))).isTrue();
        assertThat(Argon2.matches(written, utf8("correct horsf"))).isFalse();
    }

    @Test
    void whatADatabaseSaysCannotTakeAllMemory() {
        String huge = "$argon2id$v=19$m=9999999,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$" + "A".repeat(43);
        assertThatIllegalArgumentException().isThrownBy(() -> Argon2.matches(huge, utf8("x")));
        assertThatIllegalArgumentException().isThrownBy(() -> Argon2.matches("plain text", utf8("plain text")));
    }

    @Test
    void aPasswordIsLongEnoughAndTheSameFromEveryKeyboard() throws Exception {
        assertThatThrownBy(() -> Password.choose("short")).isInstanceOf(InvalidException.class);
        assertThatThrownBy(() -> Password.choose("a".repeat(257))).isInstanceOf(InvalidException.class);
        assertThat(Password.choose("e\u0301".repeat(12)).bytes())
                .isEqualTo(Password.claim("\u00e9".repeat(12)).bytes());
        assertThat(Password.choose("twelve letters")).hasToString("Password");
    }

    @Test
    void whetherThereIsSuchAnAccountIsNotToldByTheTime() throws Exception {
        People people = new People(on.database());
        Passwords passwords = new Passwords(on.database(), people, new Random(1));
        Account anna = people.user("anna");
        passwords.set(anna.id(), Password.choose("correct horse battery"));
        Password wrong = Password.claim("incorrect horse battery");
        List<Long> known = new ArrayList<>();
        List<Long> unknown = new ArrayList<>();
        for (int n = 0; n < 9; n++) {
            known.add(time(() -> passwords.isRight(Optional.of(anna.id()), wrong)));
            unknown.add(time(() -> passwords.isRight(Optional.empty(), wrong)));
        }
        assertThat((double) median(unknown) / median(known)).isBetween(0.6, 1.7);
        assertThat(passwords.isRight(Optional.of(anna.id()), Password.claim("correct horse battery")))
                .isTrue();
    }

    private interface Timed {
        boolean run() throws Exception;
    }

    private static long time(Timed timed) throws Exception {
        long begin = System.nanoTime();
        assertThat(timed.run()).isFalse();
        return System.nanoTime() - begin;
    }

    private static long median(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
