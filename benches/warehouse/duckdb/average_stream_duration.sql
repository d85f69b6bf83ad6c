-- In whole microseconds, so that the average is as exact as ours.
SELECT round(sum(epoch_us(end_at) - epoch_us(start_at)) / count(*) / 1e6)::BIGINT AS published, published AS corrected
FROM stream;
