package io.flockerj.plugin.progress;

import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

class EstimatedTest {
    private final Progress watched = mock(Progress.class);

    @Test
    void anEstimateHoldsUntilMoreIsDone() throws Exception {
        Estimated estimated = new Estimated(watched, 100);
        verify(watched).expect(100, Progress.UNKNOWN);

        clearInvocations(watched);
        estimated.add(60, 1);
        estimated.add(40, 1);
        verify(watched, never()).expect(anyLong(), anyLong());
        estimated.add(1, 1);
        estimated.add(1, 1);

        InOrder order = inOrder(watched);
        order.verify(watched).expect(Progress.UNKNOWN, Progress.UNKNOWN);
        order.verify(watched, times(2)).add(1, 1);
        order.verifyNoMoreInteractions();
    }

    @Test
    void whatTheWorkKnowsItselfTakesThePlaceOfTheEstimate() throws Exception {
        Estimated estimated = new Estimated(watched, 100);
        estimated.expect(500, 7);
        clearInvocations(watched);

        estimated.add(300, 1);

        verify(watched, never()).expect(anyLong(), anyLong());
    }

    @Test
    void whereNobodyKnowsNothingIsToldTwice() throws Exception {
        Estimated estimated = new Estimated(watched, Progress.UNKNOWN);
        verify(watched).expect(Progress.UNKNOWN, Progress.UNKNOWN);

        estimated.add(300, 1);

        verify(watched).expect(Progress.UNKNOWN, Progress.UNKNOWN);
    }
}
