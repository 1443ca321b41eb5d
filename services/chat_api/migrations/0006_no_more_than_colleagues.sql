-- Contracts what 0004 and 0005 expanded: the release that needs these policies is gone.
DROP POLICY colleagues ON users;
DROP POLICY anybody_asks ON requests;
