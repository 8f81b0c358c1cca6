package io.flockerj.plugin.capture;

import static org.assertj.core.api.Assertions.assertThat;

import io.flockerj.plugin.capture.WastefulPlaces.Place;
import io.flockerj.plugin.storage.ByteRanges.Range;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WastefulPlacesTest {
    private static final long MUCH = 1L << 40;

    private final WastefulPlaces places = new WastefulPlaces(MUCH);

    @Test
    void ofVeryManySmallPlacesOnlyTheMostWastefulAreHeld() {
        int many = 2 * WastefulPlaces.MOST_RANGES;
        for (int i = 0; i < many; i++) {
            places.offer(new Place(0.5 * i / many, List.of(new Range(2L * i, 2L * i + 1)), Set.of()));
        }

        List<Place> held = places.worst(MUCH);

        assertThat(held).hasSize(WastefulPlaces.MOST_RANGES);
        assertThat(held.getFirst().ranges()).containsExactly(new Range(0, 1));
    }

    @Test
    void aPlaceWhereNothingIsLeftIsNotHeld() {
        places.offer(new Place(0, List.of(), Set.of()));

        assertThat(places.worst(MUCH)).isEmpty();
    }
}
