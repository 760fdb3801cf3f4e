import { Testing } from 'cdktf';
import { recordMessages } from './messages/recorder';

Testing.setupJest();
recordMessages();
