-- A center that takes nobody for a while may have free places all the same: the operator is told.
ALTER TABLE service ADD COLUMN accepts_referrals boolean NOT NULL DEFAULT true;
ALTER TABLE service ALTER COLUMN accepts_referrals DROP DEFAULT;
